/** A click on an object whose polygons are not read yet: it is selected as soon as they are. */
import type { Point, Tool } from '../../tools/tool.js';
import type { Studio } from '../studio.js';
import { objectAt } from './tool-context.js';

/** @param move the tool that selects by a click */
export function patientMove(move: Tool, studio: Studio): Tool {
  const { objects, geometry, selection } = studio;
  const unread = (point: Point): string[] => {
    const rows = objects.rows.peek();
    const ids = rows?.meeting({ ...point, width: 0, height: 0 }).map((row) => rows.at(row).id) ?? [];
    return ids.filter((id) => geometry.object(id) === undefined);
  };
  return {
    ...move,
    up: (pointer) => {
      move.up(pointer);
      const missing = selection.ids.peek().size === 0 ? unread(pointer) : [];
      if (missing.length === 0) return;
      void geometry.need(missing).then(() => {
        const found = objectAt(studio, pointer);
        if (found !== undefined && selection.ids.peek().size === 0) selection.select([found.id]);
      });
    },
  };
}
