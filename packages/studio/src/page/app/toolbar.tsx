/** The upper line: tools, what they draw with, undo, and what is done with the slide as a whole. */
import { COMPLETE_AREA, IGNORED_AREA } from '../../protocol/objects.js';
import { MAX_BRUSH_RADIUS, MIN_BRUSH_RADIUS } from '../state/tools.js';
import { classLabel } from '../tools/change/commands.js';
import type { App } from './app-context.js';
import { ExportMenu } from './export-menu.js';
import { Icon, IconButton, isIconName } from './icons.js';
import { ThemeSwitch } from './theme-switch.js';

function Tools({ app }: { readonly app: App }) {
  const { tools } = app.studio;
  const list = tools.list.value;
  const active = tools.active.value;
  return (
    <div class="tools" role="toolbar" aria-label="Tools">
      {list.map((tool) => (
        <button
          key={tool.name}
          type="button"
          class="button icon-button"
          aria-label={tool.label}
          title={app.titleOf(tool.name, tool.label)}
          aria-pressed={active === tool}
          onClick={() => app.run(tool.name)}
        >
          {isIconName(tool.name) ? <Icon name={tool.name} /> : tool.label}
        </button>
      ))}
      <DrawWith app={app} />
    </div>
  );
}

function DrawWith({ app }: { readonly app: App }) {
  const { tools, slides } = app.studio;
  const classes = [...(slides.session.value?.classes ?? []).map(({ name }) => name), COMPLETE_AREA, IGNORED_AREA];
  const usesBrush = ['brush', 'eraser', 'wand'].includes(tools.active.value?.name ?? '');
  return (
    <div class="draw-with">
      <select
        aria-label="Class of what is drawn"
        title="Class of what is drawn"
        value={tools.activeClass.value}
        onChange={(event) => {
          tools.activeClass.value = event.currentTarget.value;
        }}
      >
        {[...new Set(classes)].map((name) => (
          <option key={name} value={name}>
            {classLabel(name)}
          </option>
        ))}
      </select>
      {usesBrush && (
        <label class="brush-size">
          <span class="visually-hidden">Radius of the brush</span>
          <input
            type="range"
            min={MIN_BRUSH_RADIUS}
            max={MAX_BRUSH_RADIUS}
            value={tools.brushRadius.value}
            aria-valuetext={`${tools.brushRadius.value} pixels`}
            onInput={(event) => {
              tools.brushRadius.value = Number(event.currentTarget.value);
            }}
          />
        </label>
      )}
    </div>
  );
}

function History({ app }: { readonly app: App }) {
  const { document } = app.studio;
  const [undo, redo] = [document.undoLabel.value, document.redoLabel.value];
  return (
    <div class="history">
      <IconButton
        icon="undo"
        label={undo === undefined ? 'Undo' : app.titleOf('undo', `Undo ${undo}`)}
        disabled={undo === undefined}
        press={document.undo}
      />
      <IconButton
        icon="redo"
        label={redo === undefined ? 'Redo' : app.titleOf('redo', `Redo ${redo}`)}
        disabled={redo === undefined}
        press={document.redo}
      />
    </div>
  );
}

export function Toolbar({ app }: { readonly app: App }) {
  const { studio } = app;
  const { drawer, dialog } = studio.appearance;
  const toggle = (which: 'slides' | 'side'): void => {
    drawer.value = drawer.value === which ? 'none' : which;
  };
  const title = studio.slides.session.value?.title ?? '';
  return (
    <header class="top">
      <div class="narrow-only">
        <IconButton icon="list" label="Slides" pressed={drawer.value === 'slides'} press={() => toggle('slides')} />
      </div>
      <h1 class="title" title={title}>
        <span class="brand">ftuseg</span> {title}
      </h1>
      <Tools app={app} />
      <History app={app} />
      <div class="top-right">
        <IconButton
          icon="camera"
          label={app.titleOf('snapshot', 'Snapshot as PNG')}
          press={() => app.run('snapshot')}
        />
        <ExportMenu studio={studio} />
        <ThemeSwitch appearance={studio.appearance} />
        <IconButton
          icon="help"
          label={app.titleOf('help', 'Help and keys')}
          press={() => {
            dialog.value = 'help';
          }}
        />
        <div class="narrow-only">
          <IconButton icon="panel" label="Panels" pressed={drawer.value === 'side'} press={() => toggle('side')} />
        </div>
      </div>
    </header>
  );
}
