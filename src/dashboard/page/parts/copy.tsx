// A command that can be copied.

import { useState } from "preact/hooks";
import { voice } from "../saying.ts";
import { Icon } from "./icon.tsx";

export function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    voice.answer("Copied.");
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" onClick={copy} onBlur={() => setCopied(false)}>
        <Icon name={copied ? "check" : "copy"} />
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
