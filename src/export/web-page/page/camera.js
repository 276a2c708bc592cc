// The camera: asks for it, shows it in a video element, changes to another one, lets it go.

/**
 * @typedef {object} Camera
 * @property {() => Promise<boolean>} start - resolves to whether there are other cameras
 * @property {() => Promise<boolean>} turn - the next camera of this device
 * @property {() => void} stop
 * @property {() => boolean} running
 */

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} ended - called when the camera goes away by itself
 * @returns {Camera}
 */
export function cameraIn(video, ended) {
  /** @type {MediaStream | undefined} */
  let stream;
  /** @type {string | undefined} */
  let device;

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    video.srcObject = null;
  };

  /** @param {MediaTrackConstraints} wanted */
  const open = async (wanted) => {
    stop();
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...wanted } });
    const track = stream.getVideoTracks()[0];
    track?.addEventListener("ended", ended);
    device = track?.getSettings().deviceId;
    video.srcObject = stream;
    await video.play();
    return (await camerasOf()).length > 1;
  };

  return {
    start: () => open(device === undefined ? { facingMode: "environment" } : { deviceId: device }),
    async turn() {
      const ids = await camerasOf();
      const next = ids[(ids.indexOf(device ?? "") + 1) % ids.length];
      return open(next === undefined ? {} : { deviceId: { exact: next } });
    },
    stop,
    running: () => stream !== undefined,
  };
}

/** Whether this page may ask at all: browsers give the camera to secure pages alone. */
export function mayUseCamera() {
  return navigator.mediaDevices?.getUserMedia !== undefined;
}

async function camerasOf() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}
