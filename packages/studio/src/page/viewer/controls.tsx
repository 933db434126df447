/** Buttons of the camera, for those who have no wheel and no keys. */
import { IconButton } from '../app/icons.js';
import type { Studio } from '../state/studio.js';

const STEP = 1.6;
const QUARTER = 90;

export function toggleFullscreen(): void {
  // A browser that refuses says so itself.
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen();
  else void document.exitFullscreen();
}

export function turn(studio: Studio, degrees: number): void {
  const rotation = studio.camera.view.peek()?.rotation ?? 0;
  // To the next whole step, so that a slide which a gesture turned comes straight again.
  studio.camera.pane.peek()?.rotateTo(Math.round((rotation + degrees) / QUARTER) * QUARTER);
}

export function CameraControls({ studio }: { readonly studio: Studio }) {
  const pane = studio.camera.pane.value;
  const off = pane === undefined;
  return (
    <fieldset class="camera-controls">
      <legend class="visually-hidden">View</legend>
      <IconButton icon="plus" label="Zoom in" disabled={off} press={() => pane?.zoomBy(STEP)} />
      <IconButton icon="minus" label="Zoom out" disabled={off} press={() => pane?.zoomBy(1 / STEP)} />
      <IconButton icon="home" label="Whole slide" disabled={off} press={() => pane?.home()} />
      <IconButton icon="turn" label="Rotate by 90 degrees" disabled={off} press={() => turn(studio, QUARTER)} />
      <IconButton
        icon="flip"
        label="Mirror left and right"
        disabled={off}
        pressed={studio.camera.view.value?.flipped === true}
        press={() => pane?.flip()}
      />
      {document.fullscreenEnabled && <IconButton icon="full" label="Full screen" press={toggleFullscreen} />}
    </fieldset>
  );
}
