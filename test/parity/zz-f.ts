import { readFixture } from "../support/fixture.ts";
import { checkForward } from "./forward.ts";
import { show } from "./zz-scratch.ts";
await show(checkForward(readFixture("forward")));
