import { expect, test } from "vitest";
import { between, duration, points, rate, sentence, whatLearns, wholePercent } from "./words.ts";

test.each([
  [between([0.8421, 0.955]), "84.2 to 95.5 %"],
  [points(0.0123), "+1.2"],
  [points(-0.004), "−0.4"],
  [points(0.0001), "±0.0"],
  [wholePercent(0.934), "93 %"],
  [duration(0.42), "0.4 s"],
  [duration(12.4), "12 s"],
  [duration(200), "3 min 20 s"],
  [duration(180), "3 min"],
  [duration(7499), "2 h 5 min"],
  [duration(7199), "2 h"],
  [rate(0.001), "0.001"],
  [rate(1e-5), "1e-5"],
  [rate(0), "0"],
  [sentence("a picture"), "A picture"],
  [whatLearns("none"), "the head alone"],
  [whatLearns("2 blocks"), "the last 2 blocks"],
  [whatLearns("from mixed_7b"), "all from mixed_7b on"],
])("%s is %s", (said, meant) => expect(said).toBe(meant));
