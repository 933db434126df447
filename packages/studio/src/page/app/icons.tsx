/** Line icons, 24 x 24, drawn here so that the page loads nothing for them. Names next to them are for everybody; these are for the eye. */
const paths = {
  move: 'M5 3l14 8-6 2-3 6z',
  polygon: 'M12 3l8 6-3 11H7L4 9z',
  rectangle: 'M4 6h16v12H4z',
  ellipse: 'M12 5c5 0 9 3 9 7s-4 7-9 7-9-3-9-7 4-7 9-7z',
  brush: 'M20 4c-5 1-9 5-11 9l3 3c4-2 7-6 8-12zM8 14c-3 0-3 4-5 5 3 2 8 1 8-2z',
  eraser: 'M14 4l6 6-9 9H7l-4-4zM9 9l6 6M11 19h9',
  wand: 'M4 20L15 9M17 3v4M15 5h4M20 11v3M18.500 12.500h3M9 3v3M7.500 4.500h3',
  vertices: 'M5 5l14 3-3 11-9-2zM3 3h4v4H3zM17 6h4v4h-4zM14 17h4v4h-4zM5 15h4v4H5z',
  split: 'M4 20L20 4M9 5c-3 1-5 4-4 8M15 19c3-1 5-4 4-8',
  undo: 'M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-3',
  redo: 'M15 6l5 5-5 5M20 11H10a5 5 0 0 0 0 10h3',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  turn: 'M20 12a8 8 0 1 1-3-6.200M20 3v5h-5',
  flip: 'M12 3v18M9 7L3 17h6zM15 7l6 10h-6z',
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  camera: 'M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z',
  compare: 'M3 5h18v14H3zM12 5v14',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  help: 'M9 9a3 3 0 1 1 4 3c-1 .4-1 1-1 2M12 17.500v.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  system: 'M3 5h18v11H3zM9 20h6M12 16v4',
  list: 'M4 6h16M4 12h16M4 18h16',
  panel: 'M3 5h18v14H3zM15 5v14',
  close: 'M6 6l12 12M18 6L6 18',
  eye: 'M2 12s4-6 10-6 10 6 10 6-4 6-10 6-10-6-10-6zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z',
} as const;

export type IconName = keyof typeof paths;

export const isIconName = (name: string): name is IconName => name in paths;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
);

/** A button that shows an icon and says its name. */
export function IconButton({
  icon,
  label,
  pressed,
  disabled,
  press,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  readonly press: () => void;
}) {
  return (
    <button
      type="button"
      class="button icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
}
