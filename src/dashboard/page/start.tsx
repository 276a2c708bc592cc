// Where the page begins: the token goes out of the address before anything else is done, then what the address names is shown.

import { render } from "preact";
import { App } from "./app.tsx";
import { showTheme } from "./theme.ts";
import { takeToken } from "./token.ts";

takeToken();
// who pastes the address with a token over one without it changes the fragment alone
addEventListener("hashchange", () => takeToken() && location.reload());
showTheme();
render(<App />, document.getElementById("page")!);
