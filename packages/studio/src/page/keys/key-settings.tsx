/** The panel in which a person gives actions other keys, and sees which keys two actions share. */
import './keys.css';
import { useEffect, useState } from 'preact/hooks';
import type { ActionName } from './actions.js';
import { chordLabel, chordToBind, isModifier } from './chord.js';
import type { BoundAction, Conflict, KeyMap } from './key-map.js';

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** The map's list and conflicts, drawn again when they change. */
function useKeyMap(map: KeyMap): { readonly list: readonly BoundAction[]; readonly conflicts: readonly Conflict[] } {
  const [, redraw] = useState(0);
  useEffect(() => map.onChange(() => redraw((count) => count + 1)), [map]);
  return { list: map.list(), conflicts: map.conflicts() };
}

interface RowProps {
  readonly action: BoundAction;
  readonly map: KeyMap;
  readonly conflicts: readonly Conflict[];
  readonly labelOf: (action: ActionName) => string;
  readonly say: (sentence: string | undefined) => void;
}

function Shared({ action, map, conflicts, labelOf }: Omit<RowProps, 'say'>): preact.JSX.Element | null {
  const shared = conflicts.filter(({ actions }) => actions.includes(action.name));
  if (shared.length === 0) return null;
  const mac = isMac();
  return (
    <ul class="key-conflicts">
      {shared.map(({ chord, actions }) => {
        const others = actions.filter((other) => other !== action.name);
        const take = (): void => {
          for (const other of others)
            map.bind(
              other,
              map.chords(other).filter((one) => one !== chord),
            );
        };
        return (
          <li key={chord}>
            {`${chordLabel(chord, mac)} is also “${others.map(labelOf).join('”, “')}”. `}
            <button type="button" onClick={take}>
              Keep it here only
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** For screen readers, and for those who do not look at the other rows. */
function boundSentence(map: KeyMap, action: BoundAction, chord: string, labelOf: RowProps['labelOf']): string {
  const label = chordLabel(chord, isMac());
  const [first, ...others] = map.conflicts().find((shared) => shared.chord === chord)?.actions ?? [];
  if (first === undefined || others.length === 0) return `${label} now means “${action.label}”.`;
  return `Several actions have ${label}; “${labelOf(first)}” acts, because it is the first in the list.`;
}

function ActionRow({ action, map, conflicts, labelOf, say }: RowProps): preact.JSX.Element {
  const [listening, setListening] = useState(false);
  const mac = isMac();
  const hear = (event: KeyboardEvent): void => {
    // Tab leaves the button as always, and a modifier waits for its key.
    if (!listening || event.key === 'Tab' || isModifier(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setListening(false);
    if (event.key === 'Escape') return;
    const chord = chordToBind(event);
    if (chord === undefined) say('That key types nothing; choose another key.');
    else say(map.bind(action.name, [...action.chords, chord]) ?? boundSentence(map, action, chord, labelOf));
  };
  const remove = (chord: string): void =>
    say(
      map.bind(
        action.name,
        action.chords.filter((one) => one !== chord),
      ),
    );
  return (
    <tr>
      <th scope="row">{action.label}</th>
      <td>
        <span class="key-chords">
          {action.chords.map((chord) => (
            <button
              type="button"
              key={chord}
              class="key-chord"
              aria-label={`Take ${chordLabel(chord, mac)} from ${action.label}`}
              onClick={() => remove(chord)}
            >
              <kbd>{chordLabel(chord, mac)}</kbd> <span aria-hidden="true">×</span>
            </button>
          ))}
          {action.chords.length === 0 && <span class="key-none">no key</span>}
        </span>
        <Shared action={action} map={map} conflicts={conflicts} labelOf={labelOf} />
      </td>
      <td class="key-buttons">
        <button
          type="button"
          aria-pressed={listening}
          aria-label={listening ? `Press the new key of ${action.label}` : `Add a key for ${action.label}`}
          onClick={() => setListening(!listening)}
          onKeyDown={hear}
          onBlur={() => setListening(false)}
        >
          {listening ? 'Press a key' : 'Add'}
        </button>
        {action.changed && (
          <button type="button" aria-label={`Default keys for ${action.label}`} onClick={() => map.reset(action.name)}>
            Default
          </button>
        )}
      </td>
    </tr>
  );
}

export interface KeySettingsProps {
  readonly map: KeyMap;
  /** What the session calls the classes, so that the rows of the number keys say them; by action. */
  readonly labels?: Readonly<Partial<Record<ActionName, string>>>;
}

export function KeySettings({ map, labels = {} }: KeySettingsProps): preact.JSX.Element {
  const { list, conflicts } = useKeyMap(map);
  const [sentence, say] = useState<string | undefined>(undefined);
  const named = list.map((action) => ({ ...action, label: labels[action.name] ?? action.label }));
  const labelOf = (name: ActionName): string => named.find((action) => action.name === name)?.label ?? name;
  const groups = [...new Set(named.map(({ group }) => group))];
  return (
    <section class="key-settings" aria-label="Keys">
      <p role="status">{sentence ?? map.problem ?? ''}</p>
      {groups.map((group) => (
        <table key={group} class="key-table">
          <caption>{group}</caption>
          <tbody>
            {named
              .filter((action) => action.group === group)
              .map((action) => (
                <ActionRow key={action.name} {...{ action, map, conflicts, labelOf, say }} />
              ))}
          </tbody>
        </table>
      ))}
      <p>
        <button type="button" disabled={!named.some(({ changed }) => changed)} onClick={() => map.reset()}>
          Default keys for everything
        </button>
      </p>
    </section>
  );
}
