// What the pages of administration share: showing what is loaded, and what is shown once; and since when.
import type { ComponentChildren } from "preact";
import { Problem } from "../../api";
import { a } from "../../i18n/admin";
import { Bones, Button, copyText, ProblemNote } from "../../parts/basic";
import { Icon } from "../../parts/Icon";

export const DAY_MS = 86400000;

/** From midnight of this place, of today or so many days before it: "1" is today. */
export function sinceDays(days: string): string {
  return new Date(new Date(Date.now() - (Number(days) - 1) * DAY_MS).setHours(0, 0, 0, 0)).toISOString();
}

/** A link, a token or a secret that the server does not keep. */
export function OnceShown({ label, text, hint }: { label: string; text: string; hint: string }) {
  return (
    <div class="once">
      <p class="once-label">{label}</p>
      <div class="once-box">
        <output class="mono" aria-label={label}>
          {text}
        </output>
        <Button label={a().common.copy} icon="copy" onPress={() => void copyText(text, a().common.copied)} />
      </div>
      <p class="note tone-warn">
        <Icon name="alert" />
        <span>{hint}</span>
      </p>
    </div>
  );
}

/** Grey shapes, what went wrong, or what there is. */
export function Loaded<T>({ data, problem, again, children }: { data: T | null; problem: Problem | null; again: () => void; children: (data: T) => ComponentChildren }) {
  return (
    <>
      <ProblemNote problem={problem} onRetry={again} />
      {data === null && !problem && <Bones lines={6} />}
      {data !== null && children(data)}
    </>
  );
}

interface TableProps {
  label: string;
  head: Array<string | { right: string }>;
  grouped?: boolean; // the rows come in bodies of their own
  children: ComponentChildren;
}

export function TableOf({ label, head, grouped, children }: TableProps) {
  return (
    <div class="card flush">
      <div class="scroll" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {head.map((name) =>
                typeof name === "string" ? (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ) : (
                  <th key={name.right} scope="col" class="right">
                    {name.right}
                  </th>
                ),
              )}
            </tr>
          </thead>
          {grouped ? children : <tbody>{children}</tbody>}
        </table>
      </div>
    </div>
  );
}
