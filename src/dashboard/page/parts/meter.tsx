// How far something is, as a bar. The number is for those who do not see it; who needs it in words has it beside.

interface MeterProps {
  /** From 0 to 1. */
  readonly share: number;
  readonly label: string;
}

export function Meter({ share, label }: MeterProps) {
  const hundredths = Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <span
      class="meter"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={hundredths}
    >
      <span style={{ width: `${hundredths}%` }} />
    </span>
  );
}
