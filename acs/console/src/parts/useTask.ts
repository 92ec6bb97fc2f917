// Something that is sent: pressed twice it is sent once, and what was refused is there to be shown.
import { useSignal } from "@preact/signals";
import { Problem } from "../api";

export function useTask() {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  /** True: it went well, and so was what comes after. */
  const run = async (what: () => Promise<unknown>, after?: () => void): Promise<boolean> => {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      await what();
      after?.();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  };
  /** What is wrong with one member of what was sent, in the words of the server. */
  const wrong = (pointer: string) => problem.value?.errors.find((error) => error.pointer === pointer)?.detail;
  return { busy: busy.value, problem: problem.value, run, wrong };
}
