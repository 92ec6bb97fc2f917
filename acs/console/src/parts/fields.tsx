// Fields of forms: a label, what belongs in it, and what is wrong with it.
import type { RefObject } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";
import { t } from "../i18n";
import { Icon } from "./Icon";

interface FieldProps {
  label: string;
  value: Signal<string>;
  hint?: string;
  error?: string | undefined;
  type?: "text" | "password" | "datetime-local";
  autocomplete?: string;
  inputmode?: "numeric" | "text";
  autofocus?: boolean;
  required?: boolean;
  mono?: boolean;
  maxLength?: number;
  rows?: number;
  after?: preact.ComponentChildren;
}

/** Before it is painted: whoever types at once has every letter. */
function useFirst(element: RefObject<HTMLElement | null>, isFirst: boolean | undefined): void {
  useLayoutEffect(() => {
    if (isFirst) element.current!.focus();
  }, []);
}

export function Field(props: FieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useFirst(input, props.autofocus);
  const note = props.error ?? props.hint;
  return (
    <div class={"field" + (props.error ? " wrong" : "")}>
      <label for={id}>{props.label}</label>
      <div class="field-box">
        <input
          ref={input}
          id={id}
          data-first={props.autofocus || undefined}
          class={props.mono ? "mono" : undefined}
          type={(props.type ?? "text") as "text"}
          value={props.value}
          maxLength={props.maxLength}
          autocomplete={props.autocomplete ?? "off"}
          autocapitalize="off"
          spellcheck={false}
          inputMode={props.inputmode}
          required={props.required}
          aria-invalid={!!props.error || undefined}
          aria-describedby={note ? id + "-note" : undefined}
          onInput={(event) => (props.value.value = event.currentTarget.value)}
        />
        {props.after}
      </div>
      {note && (
        <p id={id + "-note"} class="field-note">
          {note}
        </p>
      )}
    </div>
  );
}

export function Area(props: FieldProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useFirst(area, props.autofocus);
  const note = props.error ?? props.hint;
  return (
    <div class={"field" + (props.error ? " wrong" : "")}>
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        ref={area}
        data-first={props.autofocus || undefined}
        rows={props.rows ?? 3}
        maxLength={props.maxLength}
        value={props.value}
        aria-invalid={!!props.error || undefined}
        aria-describedby={note ? id + "-note" : undefined}
        onInput={(event) => (props.value.value = event.currentTarget.value)}
      />
      {note && (
        <p id={id + "-note"} class="field-note">
          {note}
        </p>
      )}
    </div>
  );
}

export function Password(props: FieldProps) {
  const shown = useSignal(false);
  const caps = useSignal(false);
  const words = t().login;
  const look = (event: KeyboardEvent) => (caps.value = event.getModifierState("CapsLock"));
  return (
    <div onKeyUp={look}>
      <Field
        {...props}
        type={shown.value ? "text" : "password"}
        hint={caps.value ? words.capsLock : props.hint}
        after={
          <button
            type="button"
            class="icon-button"
            aria-pressed={shown.value}
            aria-label={shown.value ? words.hide : words.show}
            onClick={() => (shown.value = !shown.value)}
          >
            <Icon name="eye" />
          </button>
        }
      />
    </div>
  );
}

export function Choice({ label, value, choices, first }: { label: string; value: Signal<string>; choices: Record<string, string>; first?: boolean }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} data-first={first || undefined} value={value} onChange={(event) => (value.value = event.currentTarget.value)}>
        {Object.entries(choices).map(([name, words]) => (
          <option key={name} value={name} selected={name === value.value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Tick({ label, value, disabled, hint }: { label: string; value: Signal<boolean>; disabled?: boolean; hint?: string }) {
  const id = useId();
  return (
    <div class="tick">
      <input id={id} type="checkbox" checked={value.value} disabled={disabled} onChange={(event) => (value.value = event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {hint && <p class="field-note">{hint}</p>}
    </div>
  );
}

/** One of a few, all of them seen at once. */
export function Segments({ label, value, choices }: { label: string; value: { value: string }; choices: Record<string, string> }) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {Object.entries(choices).map(([name, words]) => (
        <label key={name} class={name === value.value ? "chosen" : undefined}>
          <input type="radio" name={label} value={name} checked={name === value.value} onChange={() => (value.value = name)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
