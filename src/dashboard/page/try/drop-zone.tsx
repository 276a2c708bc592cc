// Where pictures come in: dropped, chosen, pasted, or from the camera.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { Camera } from "./camera.tsx";

interface DropZoneProps {
  readonly take: (pictures: readonly File[]) => void;
  readonly shoot: (picture: Blob) => Promise<void>;
}

export function DropZone({ take, shoot }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const [camera, setCamera] = useState(false);
  const [problem, setProblem] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const given = (files: FileList | undefined | null) => {
    const found = [...(files ?? [])];
    const pictures = found.filter(({ type }) => type.startsWith("image/"));
    setProblem(pictures.length === 0 ? "No picture was in what you gave." : "");
    if (pictures.length > 0) take(pictures);
  };
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      if (clipboardData && clipboardData.files.length > 0) given(clipboardData.files);
    };
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped can be chosen with a button
    <div
      class={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        given(event.dataTransfer?.files);
      }}
    >
      {camera ? (
        <Camera shoot={shoot} close={() => setCamera(false)} />
      ) : (
        <>
          <Icon name="picture" />
          <p class="what">Drop pictures here</p>
          <p class="note">or paste one. They do not leave this machine.</p>
          <div class="commands">
            <button type="button" class="primary" onClick={() => input.current?.click()}>
              Choose pictures
            </button>
            <button type="button" onClick={() => setCamera(true)}>
              <Icon name="camera" />
              Use the camera
            </button>
          </div>
          <input
            ref={input}
            type="file"
            accept="image/*"
            multiple
            hidden
            onChange={({ currentTarget }) => {
              given(currentTarget.files);
              currentTarget.value = ""; // so that the same picture can be chosen again
            }}
          />
        </>
      )}
      {problem !== "" && (
        <p class="complaint" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
