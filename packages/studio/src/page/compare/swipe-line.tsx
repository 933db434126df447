/** The line of the swipe: left of it one set of outlines is drawn, right of it the other. */
import { useRef } from 'preact/hooks';
import type { CompareState } from '../state/compare.js';

const STEP = 0.02;

export function SwipeLine({
  compare,
  left,
  right,
}: {
  readonly compare: CompareState;
  readonly left: string;
  readonly right: string;
}) {
  const line = useRef<HTMLDivElement>(null);
  const at = compare.swipe.value;
  const move = (to: number): void => {
    compare.swipe.value = Math.min(1, Math.max(0, to));
  };
  const drag = (event: PointerEvent): void => {
    const around = line.current?.parentElement?.getBoundingClientRect();
    if (line.current === null || around === undefined || !line.current.hasPointerCapture(event.pointerId)) return;
    move((event.clientX - around.left) / around.width);
  };
  const key = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: at - STEP, ArrowRight: at + STEP, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(to);
  };
  return (
    <>
      <p class="caption">{left}</p>
      <p class="caption right">{right}</p>
      <div
        ref={line}
        class="swipe-line"
        role="slider"
        tabIndex={0}
        aria-label={`Swipe between ${left} and ${right}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        style={{ left: `${at * 100}%` }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={key}
      />
    </>
  );
}
