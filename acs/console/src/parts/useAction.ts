// The one way to ask something of a home: pressed once it is asked once, and what went wrong is there to be shown.
import { useSignal } from "@preact/signals";
import { Problem, type Action } from "../api";
import type { Home } from "../state/home";

export function useAction(home: Home) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const run = async (type: string, params?: Record<string, unknown>, reason?: string): Promise<Action | null> => {
    if (busy.value) return null;
    busy.value = true;
    problem.value = null;
    try {
      return await home.run(type, params, reason);
    } catch (error) {
      problem.value = error as Problem;
      return null;
    } finally {
      busy.value = false;
    }
  };
  return { run, busy: busy.value, problem: problem.value };
}
