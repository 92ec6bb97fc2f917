// The field of the filter language: what is wrong with a filter is shown where it is wrong, and the cursor is put there.
import { useEffect, useId, useRef } from "preact/hooks";
import type { Signal } from "@preact/signals";
import type { FieldError, Problem } from "../../api";
import { a } from "../../i18n/admin";

/** The server counts characters; the field counts UTF-16. The term that begins there ends at the next blank. */
export function wrongPart(text: string, column: number): [number, number] {
  const from = Array.from(text).slice(0, column - 1).join("").length;
  const rest = /^\S*/.exec(text.slice(from))![0].length;
  return [from, from + rest];
}

export const errorOf = (problem: Problem | null, place: string): FieldError | undefined =>
  problem?.errors.find((error) => (error.parameter ?? error.pointer) === place);

function Wrong({ text, error, id }: { text: string; error: FieldError; id: string }) {
  const [from, to] = wrongPart(text, error.column ?? 1);
  return (
    <div id={id} class="filter-wrong" role="alert">
      {error.column !== undefined && (
        <code>
          {text.slice(0, from)}
          <mark>{text.slice(from, to) || "\u00a0"}</mark>
          {text.slice(to)}
        </code>
      )}
      <p>
        {error.column !== undefined && a().fleet.wrongAt(String(error.column)) + ": "}
        {error.detail}
      </p>
    </div>
  );
}

interface Props {
  value: Signal<string>;
  asked: string; // what the error is about
  error: FieldError | undefined;
  live?: boolean; // it is asked while somebody types: the cursor stays where it is
}

export function FilterField({ value, asked, error, live }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (live || error?.column === undefined || value.value !== asked) return;
    input.current!.focus();
    input.current!.setSelectionRange(...wrongPart(asked, error.column));
  }, [error]);
  return (
    <div class={"field filter-field" + (error ? " wrong" : "")}>
      <label for={id}>{a().fleet.filter}</label>
      <div class="field-box">
        <input
          ref={input}
          id={id}
          class="mono"
          name="q"
          type="text"
          value={value}
          maxLength={500}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder={'model:F680 offline>2d -tag:vip city:"São Paulo"'}
          aria-invalid={!!error || undefined}
          aria-describedby={id + "-note"}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
      </div>
      {error ? (
        <Wrong text={asked} error={error} id={id + "-note"} />
      ) : (
        <p id={id + "-note"} class="field-note">
          {a().fleet.filterHint}
        </p>
      )}
    </div>
  );
}
