// Small drawings beside words. They are for the eye alone: what they mean is always said as well.

const paths = {
  check: "M4 12.5l5 5L20 6.5",
  stop: "M6 6h12v12H6z",
  running: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  warning: "M12 3.5L22 20.5H2zM12 10v5M12 17.6v.4",
  cross: "M5 5l14 14M19 5L5 19",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  folder: "M3 6h6l2 2.5h10V19H3z",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  undo: "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12",
  camera: "M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  picture: "M3 5h18v14H3zM4 18l6-6 4 4 3-3 4 4",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
