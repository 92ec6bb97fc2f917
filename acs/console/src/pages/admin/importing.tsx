// What the list of imports and one import share: the file in hand, and how it is sent.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { query, type Import } from "../../api";
import { number } from "../../format";
import { a } from "../../i18n/admin";
import { go } from "../../router";
import { Pill, type Tone } from "../../parts/basic";
import { useTask } from "../../parts/useTask";
import { upload } from "./upload";

const TONES: Record<Import["state"], Tone> = { waiting: "busy", running: "busy", simulated: "info", done: "ok", failed: "bad", cancelled: "unknown" };

export const addressOfImport = (id: string | null) => "/administracao/importacoes" + query({ de: id });

/** The file of the newest import, as long as the page is open: with other columns it is sent again. */
export const inHand = signal<{ id: string; file: File; key: string; mode: string } | null>(null);

export function StatePill({ run }: { run: Import }) {
  return <Pill tone={TONES[run.state]}>{a().imports.states[run.state]}</Pill>;
}

/** Sends it for a simulation; whoever closes the window meanwhile has sent nothing. */
export function useUpload() {
  const part = useSignal<number | null>(null);
  const task = useTask();
  const abort = useSignal<AbortController | null>(null);
  useEffect(() => () => abort.value?.abort(), []);
  const send = (file: File, key: string, mode: string, columns = "") =>
    task.run(async () => {
      abort.value = new AbortController();
      part.value = 0;
      const values = { dry_run: true, key, mode, name: file.name.slice(0, 200), ...(columns ? { columns } : {}) };
      try {
        const run = await upload<Import>("/imports", values, file, (sent) => (part.value = sent), abort.value.signal);
        inHand.value = { id: run.id, file, key, mode };
        go(addressOfImport(run.id));
      } finally {
        part.value = null;
      }
    });
  return { part: part.value, problem: task.problem, send };
}

export function Sending({ part }: { part: number }) {
  const words = a().imports;
  return (
    <p class="sending" role="status">
      <progress value={part} aria-label={words.sending} /> {part < 1 ? words.sent(number(part * 100, 0)) : words.arrived}
    </p>
  );
}
