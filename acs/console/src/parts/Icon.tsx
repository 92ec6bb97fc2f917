// Drawn by hand on a grid of 24; strokes, so that they take the colour of the text beside them.
const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2 21 21",
  wifi: "M3 9.5a13 13 0 0 1 18 0M6.2 13a8.4 8.4 0 0 1 11.6 0M9.4 16.4a3.8 3.8 0 0 1 5.2 0M12 19.6v.01",
  restart: "M20 5v5h-5M19.4 10A8 8 0 1 0 20 13.5",
  test: "M3 13h4l3-8 4 14 3-6h4",
  factory: "M4 20V9l5 3V9l5 3V9l6 3.6V20zM8 16h.01M12 16h.01M16 16h.01",
  channel: "M5 20v-6M10 20V6M15 20v-9M20 20v-4",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  refresh: "M4 12a8 8 0 0 1 14-5.3L20 9M20 4v5h-5M20 12a8 8 0 0 1-14 5.3L4 15M4 20v-5h5",
  guide: "M5 4h9l5 5v11H5zM14 4v5h5M9 13l2 2 4-4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5 10 17.5 19 7",
  alert: "M12 4 2.5 20h19zM12 10v4M12 17v.01",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  undo: "M4 9h10a5 5 0 0 1 0 10h-4M8 5 4 9l4 4",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  quote: "M5 7h5v6a4 4 0 0 1-4 4M14 7h5v6a4 4 0 0 1-4 4",
  chevron: "M9 6l6 6-6 6",
  router: "M3 14h18v6H3zM7 17h.01M11 17h.01M17 14V4M13.5 7a5 5 0 0 1 7 0",
  back: "M15 6l-6 6 6 6",
  table: "M4 5h16v14H4zM4 10h16M10 5v14",
  chart: "M4 19V5M4 19h16M7 15l4-5 3 3 5-7",
  offline: "M3 3l18 18M8 16.5a5.6 5.6 0 0 1 8 0M5 12.9a10 10 0 0 1 4-2.3M12 20v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The lighthouse. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path class="mark-tower" d="M9.6 10.5h4.8L16 21H8zM9 7h6v3H9zM12 3.5V7" />
      <path class="mark-beam" d="M17.5 8.5 22 6.8M6.5 8.5 2 6.8" />
    </svg>
  );
}
