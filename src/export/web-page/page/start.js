// Puts the page together: pictures come in by picker, drop, paste and camera; the newest is classified; what comes out is
// shown.

/** @import { Model } from "./about.js" */
/** @import { AnswerView } from "./answer.js" */
/** @import { Classifier } from "./classifier.js" */
/** @import { Pixels } from "./picture.js" */

import { showFacts } from "./about.js";
import { answerIn, clearAnswer } from "./answer.js";
import { cameraIn, mayUseCamera } from "./camera.js";
import { ModelProblem, startClassifier } from "./classifier.js";
import { element } from "./element.js";
import { PictureProblem, pixelsOfFile, pixelsOfFrame } from "./picture.js";
import { cameraProblem, megabytes, problems, reasonOf } from "./words.js";

const status = element("status", HTMLElement);
const problem = element("problem", HTMLElement);
const frame = element("frame", HTMLElement);
const image = element("picture", HTMLImageElement);
const video = element("video", HTMLVideoElement);
const loading = element("loading", HTMLElement);
const bar = element("loaded", HTMLProgressElement);
const file = element("file", HTMLInputElement);
const live = element("live", HTMLButtonElement);
const invitation = "Ready for a picture.";

/** Counts what was asked; an answer to an older question is dropped. */
let newest = 0;

// the page can be used at once: what is given before the model is there waits for it
const model = openModel();
model.catch((error) => {
  loading.hidden = true;
  stopped(error);
});

/** @returns {Promise<{ view: AnswerView, classifier: Classifier }>} */
async function openModel() {
  const response = await fetch(new URL("../model.json", import.meta.url));
  if (!response.ok) throw new ModelProblem(`model.json is not there (the server answered ${response.status})`);
  /** @type {Model} */
  const card = await response.json();
  showFacts(card);
  element("loading-text", HTMLElement).textContent = `Loading the model, ${megabytes(card.file.sizeBytes)}`;
  loading.hidden = false;
  const classifier = startClassifier(card.file.sizeBytes, (share) => {
    bar.value = share;
  });
  await classifier.ready;
  loading.hidden = true;
  if (newest === 0) status.textContent = invitation;
  return { view: answerIn(card.classes), classifier };
}

// ---- one picture

/** @param {Blob} blob @param {string} name */
async function classifyFile(blob, name) {
  stopCamera();
  const asked = begin();
  const url = URL.createObjectURL(blob);
  try {
    const pixels = await pixelsOfFile(blob, name, url);
    if (asked !== newest) return;
    URL.revokeObjectURL(image.src);
    image.src = url;
    image.alt = name;
    show("picture");
    await answer(asked, pixels, name, false);
  } catch (error) {
    if (asked !== newest) return;
    if (error instanceof PictureProblem) show("invitation");
    stopped(error);
  } finally {
    if (image.src !== url) URL.revokeObjectURL(url);
  }
}

/** @param {number} asked @param {Pixels} pixels @param {string} what @param {boolean} calm */
async function answer(asked, pixels, what, calm) {
  const { width, height } = pixels;
  const { view, classifier } = await model;
  const { probabilities, milliseconds } = await classifier.classify(pixels);
  if (asked === newest) view.show(probabilities, milliseconds, `${what}, ${width} × ${height} pixels`, calm);
}

function begin() {
  newest++;
  problem.textContent = "";
  clearAnswer();
  status.textContent = "Looking at it …";
  return newest;
}

/** @param {unknown} error */
function stopped(error) {
  clearAnswer();
  status.textContent = "";
  problem.textContent = sentenceOf(error);
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof PictureProblem) return error.message;
  if (error instanceof ModelProblem) return `The model cannot be used: ${error.message}.`;
  return `The picture was not classified: ${reasonOf(error)}.`;
}

/** @param {string} text */
function complain(text) {
  newest++;
  stopped(new PictureProblem(text));
}

/** @param {"invitation" | "picture" | "video"} what */
function show(what) {
  element("invitation", HTMLElement).hidden = what !== "invitation";
  image.hidden = what !== "picture";
  video.hidden = what !== "video";
  frame.classList.toggle("filled", what !== "invitation");
  for (const id of ["choose", "camera"]) element(id, HTMLElement).hidden = what === "video";
  for (const id of ["shoot", "live", "stop"]) element(id, HTMLElement).hidden = what !== "video";
}

// ---- picker, drop, paste

element("choose", HTMLElement).addEventListener("click", () => file.click());
file.addEventListener("change", () => {
  take(file.files, "");
  file.value = "";
});

addEventListener("dragover", (event) => {
  event.preventDefault();
  frame.classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) frame.classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  frame.classList.remove("over");
  take(event.dataTransfer?.files, problems.nothingDropped);
});
addEventListener("paste", (event) => take(event.clipboardData?.files, problems.nothingPasted));

/** @param {FileList | null | undefined} files @param {string} nothing - said when there is none */
function take(files, nothing) {
  const first = files?.[0];
  if (first !== undefined) classifyFile(first, first.name || "the picture");
  else if (nothing !== "") complain(nothing);
}

// ---- camera

const camera = cameraIn(video, stopCamera);
element("camera", HTMLElement).addEventListener("click", () => useCamera(camera.start));
element("turn", HTMLElement).addEventListener("click", () => useCamera(camera.turn));
element("stop", HTMLElement).addEventListener("click", () => {
  stopCamera();
  begin();
  status.textContent = invitation;
  element("camera", HTMLElement).focus();
});
element("shoot", HTMLElement).addEventListener("click", () => classifyFrame(false));
live.addEventListener("click", () => setLive(live.getAttribute("aria-pressed") !== "true"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) setLive(false);
});

/** @param {() => Promise<boolean>} open */
async function useCamera(open) {
  problem.textContent = "";
  if (!mayUseCamera()) return complain(problems.insecureCamera);
  try {
    const others = await open();
    show("video");
    element("turn", HTMLElement).hidden = !others;
    if (document.activeElement === document.body) element("shoot", HTMLElement).focus();
  } catch (error) {
    stopCamera();
    complain(cameraProblem(error));
  }
}

function stopCamera() {
  setLive(false);
  if (!camera.running()) return;
  camera.stop();
  element("turn", HTMLElement).hidden = true;
  show("invitation");
}

/** @param {boolean} calm */
async function classifyFrame(calm) {
  const asked = calm ? ++newest : begin();
  try {
    await answer(asked, pixelsOfFrame(video), "camera", calm);
  } catch (error) {
    setLive(false);
    stopped(error);
  }
}

/** Frame after frame, each as soon as the last one is answered. @param {boolean} on */
async function setLive(on) {
  const was = live.getAttribute("aria-pressed") === "true";
  live.setAttribute("aria-pressed", String(on));
  if (!on || was) return;
  begin();
  while (live.getAttribute("aria-pressed") === "true") await classifyFrame(true);
}
