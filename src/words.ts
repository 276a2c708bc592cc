// Numbers and names as people read them. Pure text; knows nothing of terminals.

/** "87.5 %" */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** "87.5 % (82.1 to 91.6)": a share with its 95 % interval. */
export function percentWithin(share: number, [low, high]: readonly [low: number, high: number]): string {
  return `${percent(share)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
}

/** "4,949,376" */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "1 image", "2 images", "2 classes" */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** "12.3 G", "350 M" or "7,690": multiply-accumulates. */
export function macs(value: number): string {
  if (value >= 1e9) return `${threeDigits(value / 1e9)} G`;
  return value >= 1e6 ? `${threeDigits(value / 1e6)} M` : count(value);
}

function threeDigits(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** "5.5 MB", "6.1 kB" or "512 bytes". */
export function sizeInBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1e3 ? `${(bytes / 1e3).toFixed(1)} kB` : `${bytes} bytes`;
}

/** "0:09", "12:30" or "1:05:00": minutes and seconds, with hours where there are some. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A loss with as many places as are of interest. */
export function lossText(loss: number): string {
  return loss >= 100 ? loss.toPrecision(4) : loss.toFixed(3);
}

/** The first of many names, and how many more there are. */
export function firstOf(names: readonly string[], shown: number): string {
  const more = names.length > shown ? ` and ${count(names.length - shown)} more` : "";
  return names.slice(0, shown).map(printable).join(", ") + more;
}

/** Names of files and classes come from anywhere: what would steer the terminal is shown as a replacement mark. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** "the head", "the head and the last 50 layers", "the whole network", ... */
export function whatLearns(unfreeze: string): string {
  if (unfreeze === "none") return "the head";
  if (unfreeze === "all") return "the whole network";
  return unfreeze.startsWith("from ") ? `everything ${unfreeze} on` : `the head and the last ${unfreeze}`;
}

/** What of the network is frozen, and so computed once, said by where it ends. */
export function boundaryText(boundary: string): string {
  if (boundary === "image") return "nothing";
  return boundary === "pooled" ? "everything up to the head" : `everything up to ${boundary}`;
}
