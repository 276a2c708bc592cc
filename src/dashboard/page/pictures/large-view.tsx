// One picture, large: what it is, what the network says, and where it looks. Arrow keys go on to the next, Escape closes.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { PictureRow } from "../../api.ts";
import { heatAddress, pictureAddress } from "../ask.ts";
import { Dialog } from "../parts/dialog.tsx";
import { HeatView } from "../parts/heat-view.tsx";
import { Icon } from "../parts/icon.tsx";
import { count, percent } from "../words.ts";
import { correctionTold } from "./correction-words.ts";
import { toldOf } from "./picture-grid.tsx";
import { splitTold } from "./wanted-pictures.ts";

interface LargeViewProps {
  readonly run: string;
  readonly pictures: readonly PictureRow[];
  readonly at: number;
  readonly move: (at: number) => void;
  readonly close: () => void;
}

const largeEdge = 1024;

export function LargeView({ run, pictures, at, move, close }: LargeViewProps) {
  const [heat, setHeat] = useState(false);
  const picture = pictures[at]!;
  const go = (step: number) => {
    const next = at + step;
    if (next >= 0 && next < pictures.length) move(next);
  };
  const press = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "range") return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(step);
  };
  return (
    <Dialog title={picture.name} close={close} press={press}>
      <div class="large">
        <HeatView
          key={picture.id}
          image={pictureAddress(run, picture.id, largeEdge)}
          alt={toldOf(picture)}
          heat={heatAddress(run, picture.id, picture.said)}
          shown={heat}
          show={setHeat}
          what={picture.said}
        />
        <div class="about">
          <dl class="facts">
            <Fact name="Is">{picture.class}</Fact>
            <Fact name="Called">
              {picture.said}, {percent(picture.probability)} sure
            </Fact>
            {picture.said !== picture.class && <Fact name="Its own class">{percent(picture.probabilityOfClass)}</Fact>}
            <Fact name="Side">{splitTold(picture.split)}</Fact>
            {picture.suspect !== null && <Fact name="Probably">{picture.suspect}</Fact>}
            {picture.correction !== null && <Fact name="Corrected">{correctionTold(picture.correction)}</Fact>}
          </dl>
          <div class="steps">
            <button type="button" onClick={() => go(-1)} disabled={at === 0} aria-label="The one before">
              <Icon name="back" />
            </button>
            <span class="note">
              {count(at + 1)} of {count(pictures.length)}
            </span>
            <button type="button" onClick={() => go(1)} disabled={at === pictures.length - 1} aria-label="The next">
              <Icon name="next" />
            </button>
          </div>
        </div>
      </div>
    </Dialog>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
