// Light or dark, at the press of a button.

import { useState } from "preact/hooks";
import { chooseTheme, theme } from "../theme.ts";
import { Icon } from "./icon.tsx";

export function ThemeButton() {
  const [now, setNow] = useState(theme);
  const other = now === "dark" ? "light" : "dark";
  const change = () => {
    chooseTheme(other);
    setNow(other);
  };
  return (
    <button type="button" class="plain" onClick={change} aria-label={`Use the ${other} theme`}>
      <Icon name={other === "dark" ? "moon" : "sun"} />
    </button>
  );
}
