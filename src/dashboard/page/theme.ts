// Light or dark: as the device is set, until a user says otherwise; what was said is kept in this browser.

export type Theme = "light" | "dark";

const place = "reinception-theme";

function ofDevice(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function theme(): Theme {
  const chosen = localStorage.getItem(place);
  return chosen === "light" || chosen === "dark" ? chosen : ofDevice();
}

/** Follows the device again where that is what is chosen. */
export function chooseTheme(chosen: Theme): void {
  if (chosen === ofDevice()) localStorage.removeItem(place);
  else localStorage.setItem(place, chosen);
  showTheme();
}

/** Tells the style sheet. */
export function showTheme(): void {
  const chosen = localStorage.getItem(place);
  if (chosen === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
