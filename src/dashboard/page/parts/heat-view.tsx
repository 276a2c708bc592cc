// A picture, and over it where the network looks for a class. The map is asked for when it is to be seen.

import { useState } from "preact/hooks";

interface HeatViewProps {
  readonly image: string;
  readonly alt: string;
  /** Address of a drawing that covers the whole picture. */
  readonly heat: string | null;
  readonly shown: boolean;
  readonly show: (shown: boolean) => void;
  /** Class that it is about. */
  readonly what: string;
}

export function HeatView({ image, alt, heat, shown, show, what }: HeatViewProps) {
  const [strength, setStrength] = useState(60);
  const [gone, setGone] = useState(false);
  const [ratio, setRatio] = useState<number | undefined>();
  return (
    <div class="heat-view">
      <div class="backdrop">
        {/* as large as there is room in either direction, so that the map lies on the picture and on nothing else */}
        <div class="fitted" style={ratio === undefined ? {} : { "--ratio": ratio }}>
          <img
            src={image}
            alt={alt}
            onLoad={({ currentTarget }) => setRatio(currentTarget.naturalWidth / currentTarget.naturalHeight)}
          />
          {shown && heat !== null && !gone && (
            <img
              src={heat}
              alt={`Where it looks for ${what}`}
              style={{ opacity: strength / 100 }}
              onError={() => setGone(true)}
            />
          )}
        </div>
      </div>
      {heat !== null && (
        <div class="heat-controls">
          <label>
            <input type="checkbox" checked={shown} onChange={({ currentTarget }) => show(currentTarget.checked)} />
            Where it looks for {what}
          </label>
          {shown && !gone && (
            <label>
              Strength
              <input
                type="range"
                min={10}
                max={100}
                value={strength}
                onInput={({ currentTarget }) => setStrength(currentTarget.valueAsNumber)}
              />
            </label>
          )}
          {shown && gone && <span class="note">There is no map of this picture.</span>}
        </div>
      )}
    </div>
  );
}
