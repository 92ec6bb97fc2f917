// The one window: native, so that focus stays in it and goes back to where it came from; Esc cancels, Ctrl Enter confirms.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Problem } from "../api";
import { Button, ProblemNote } from "./basic";
import { Icon } from "./Icon";

interface DialogProps {
  title: string;
  subtitle?: string;
  children?: ComponentChildren;
  onClose: () => void;
  confirm?: { label: string; onConfirm: () => void; danger?: boolean; reason?: string | null; busy?: boolean };
  foot?: ComponentChildren;
  problem?: Problem | null;
  onRetry?: () => void; // of what was to be shown in it
  wide?: boolean;
  stays?: boolean; // confirming does not end it: the other button closes it
  onKey?: (event: KeyboardEvent) => void;
}

function Head({ title, subtitle, onClose }: { title: string; subtitle?: string; onClose: () => void }) {
  return (
    <header class="dialog-head">
      <h2 id="dialog-title">{title}</h2>
      {subtitle && <p class="muted">{subtitle}</p>}
      <button type="button" class="icon-button" aria-label={t().app.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
}

const firstIn = (dialog: Element) => dialog.querySelector<HTMLElement>("[data-first]") ?? dialog.querySelector<HTMLElement>(".dialog-body :is(input, select, button)");

const isTop = (dialog: Element | null) => [...document.querySelectorAll("dialog[open]")].pop() === dialog;

export function Dialog(props: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const { confirm, onClose } = props;
  useLayoutEffect(() => {
    const opener = document.activeElement;
    element.current!.showModal();
    return () => opener instanceof HTMLElement && opener.focus();
  }, []);
  // What there is to do may come later than the window: until a key is pressed it takes the focus from the cross, which had it for want of another.
  const untouched = useRef(true);
  useLayoutEffect(() => {
    const onCross = document.activeElement === element.current!.querySelector(".dialog-head button");
    if (untouched.current && onCross) firstIn(element.current!)?.focus();
  });
  const keys = (event: KeyboardEvent) => {
    untouched.current = false;
    if (event.key === "Enter" && event.ctrlKey && confirm && !confirm.reason && !confirm.busy) {
      event.preventDefault();
      confirm.onConfirm();
    }
    props.onKey?.(event);
  };
  // What had the focus may have gone with what it was pressed for: keys still belong to this window.
  useLayoutEffect(() => {
    const stray = (event: KeyboardEvent) => event.target === document.body && isTop(element.current) && keys(event);
    addEventListener("keydown", stray);
    return () => removeEventListener("keydown", stray);
  });
  return (
    <dialog
      ref={element}
      class={"dialog" + (props.wide ? " wide" : "")}
      aria-labelledby="dialog-title"
      onCancel={(event) => (event.preventDefault(), onClose())}
      onKeyDown={keys}
    >
      <Head title={props.title} subtitle={props.subtitle} onClose={onClose} />
      <div class="dialog-body">
        {props.children}
        <ProblemNote problem={props.problem ?? null} onRetry={props.onRetry} />
      </div>
      <footer class="dialog-foot">
        {props.foot}
        <span class="spring" />
        <Button label={confirm && !props.stays ? t().app.cancel : t().app.close} keys="Esc" onPress={onClose} kind="quiet" />
        {confirm && (
          <Button
            label={confirm.label}
            keys="Ctrl ⏎"
            onPress={confirm.onConfirm}
            kind={confirm.danger ? "danger" : "primary"}
            reason={confirm.reason}
            busy={confirm.busy}
          />
        )}
      </footer>
    </dialog>
  );
}
