// Sending a form: pressed once it is sent once, and what was refused is there to be shown.
import { useSignal } from "@preact/signals";
import { Problem } from "../api";

export function useSend(done: () => void) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const send = async (what: () => Promise<unknown>) => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await what();
      done();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.value = error;
    } finally {
      busy.value = false;
    }
  };
  return { busy: busy.value, problem: problem.value, send };
}

/** What is wrong with one member of what was sent, in the words of the server. */
export const errorAt = (problem: Problem | null, pointer: string) => problem?.errors.find((error) => error.pointer === pointer)?.detail;
