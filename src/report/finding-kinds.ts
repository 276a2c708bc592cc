// What kinds of findings there are and what they are called, for a page in a browser as well: nothing that needs Node comes
// along with it.

export { findingKinds } from "../data/audit-kinds.ts";
