/** A dialog as the browser has it: the focus stays inside, Escape closes it, and it comes back to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './icons.js';

export function Dialog({
  title,
  open,
  close,
  children,
}: {
  readonly title: string;
  readonly open: boolean;
  /** Undefined: it waits for a choice. */
  readonly close?: (() => void) | undefined;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open === open) return;
    if (open) element.showModal();
    else element.close();
  }, [open]);
  const id = `dialog-${title.replace(/[^A-Za-z]+/g, '-')}`;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it as Escape does, which the browser hears
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClick={(event) => {
        // Beside the dialog is its own element; inside, what it holds.
        if (event.target === event.currentTarget) close?.();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {close !== undefined && <IconButton icon="close" label="Close" press={close} />}
      </div>
      <div class="dialog-body">{open && children}</div>
    </dialog>
  );
}
