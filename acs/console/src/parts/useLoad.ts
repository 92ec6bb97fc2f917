// Something of the server's that a part shows: loaded when the part comes and when what it depends on changes.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, Problem } from "../api";

export function useLoad<T>(path: string | null, every_ms?: number) {
  const data = useSignal<T | null>(null);
  const problem = useSignal<Problem | null>(null);
  const loading = useSignal(true);
  const round = useSignal(0);
  const waiting = useRef<Array<() => void>>([]);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    loading.value = true;
    get<T>(path, { signal: abort.signal })
      .then((answer) => {
        data.value = answer;
        problem.value = null;
      })
      .catch((error) => error instanceof Problem && (problem.value = error))
      .finally(() => {
        if (abort.signal.aborted) return;
        loading.value = false;
        waiting.current.splice(0).forEach((done) => done());
      });
    return () => abort.abort();
  }, [path, round.value]);
  useEffect(() => {
    if (!every_ms) return;
    const timer = setInterval(() => document.hidden || round.value++, every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  /** Ends once what comes now is there. */
  const again = () =>
    new Promise<void>((done) => {
      waiting.current.push(done);
      round.value++;
    });
  return { data: data.value, problem: problem.value, loading: loading.value, again };
}
