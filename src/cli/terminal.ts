// What the stream behind a text can show: colours, a line that is drawn anew, how many columns. Honours NO_COLOR,
// FORCE_COLOR and TERM=dumb.

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

export interface Terminal {
  /** Whether a line can be drawn anew. */
  readonly live: boolean;
  readonly columns: number;
  /** Whether the bar may be drawn with box characters. */
  readonly unicode: boolean;
  readonly style: Style;
}

interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function terminalOf(
  stream: Stream,
  environment: Environment = process.env,
  system = process.platform,
): Terminal {
  const { TERM, NO_COLOR, FORCE_COLOR, LC_ALL, LC_CTYPE, LANG } = environment;
  const live = stream.isTTY === true && TERM !== "dumb";
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  const coloured = forced || (live && !NO_COLOR && FORCE_COLOR !== "0");
  const unicode = system === "win32" || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
  return { live, columns: stream.columns ?? 80, unicode, style: coloured ? colours : plain };
}

const same = (text: string) => text;
const plain: Style = { bold: same, dim: same, good: same, bad: same };

/** SGR codes: what switches on and what switches off again. */
const coded = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const colours: Style = { bold: coded(1, 22), dim: coded(2, 22), good: coded(32, 39), bad: coded(31, 39) };
