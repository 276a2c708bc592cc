// The camera, while it is in use and no longer. Nothing is sent until a picture is taken.

import { useEffect, useRef, useState } from "preact/hooks";

interface CameraProps {
  readonly shoot: (picture: Blob) => Promise<void>;
  readonly close: () => void;
}

export function Camera({ shoot, close }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState("");
  const [ready, setReady] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let left = false;
    openCamera().then(
      (opened) => {
        stream = opened;
        if (left) return letGo(opened);
        video.current!.srcObject = opened;
      },
      () => setProblem("The camera cannot be used: this browser, or its settings for this address, do not allow it."),
    );
    return () => {
      left = true;
      if (stream !== undefined) letGo(stream);
    };
  }, []);
  const take = async () => {
    setBusy(true);
    await shoot(await stillOf(video.current!));
    setBusy(false);
  };
  return (
    <div class="camera">
      {problem === "" ? (
        <video
          ref={video}
          autoplay
          muted
          playsInline
          aria-label="What the camera sees"
          onLoadedData={() => setReady(true)}
        />
      ) : (
        <p class="complaint" role="alert">
          {problem}
        </p>
      )}
      <div class="commands">
        <button type="button" class="primary" disabled={!ready || busy} onClick={() => void take()}>
          Take a picture
        </button>
        <button type="button" onClick={close}>
          Close the camera
        </button>
      </div>
    </div>
  );
}

async function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
}

function letGo(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function stillOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")!.drawImage(video, 0, 0);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
}
