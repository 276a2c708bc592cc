import { readFixture } from "../support/fixture.ts";
import { checkGradientCases } from "./gradients.ts";
import { show } from "./zz-scratch.ts";
const f = readFixture<any>("gradients");
await show(checkGradientCases(f));
