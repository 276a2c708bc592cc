import { readFixture } from "../support/fixture.ts";
import { checkGradientCases } from "./gradients.ts";
import { checkGradientBlocks } from "./gradients-blocks.ts";
import { show } from "./zz-scratch.ts";
const f = readFixture<any>("gradients");
await show(checkGradientCases({...f, cases: f.cases.slice(0,3)}));
await show(checkGradientBlocks(f));
