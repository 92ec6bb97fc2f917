// Short news at the edge of the page, and what is about to happen unless somebody says no.
import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  tone: "ok" | "bad" | "info";
  text: string;
  action?: { label: string; run: () => void };
}

export interface Countdown {
  label: (seconds: number) => string;
  left: number;
  go: () => void;
}

const SHOWN_MS = 8000;
let newest = 0;

export const toasts = signal<Toast[]>([]);
export const countdown = signal<Countdown | null>(null);

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function tell(tone: Toast["tone"], text: string, action?: Toast["action"]): void {
  const id = ++newest;
  toasts.value = [...toasts.value.slice(-2), { id, tone, text, action }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

let timer = 0;

export function stopCountdown(): void {
  clearInterval(timer);
  countdown.value = null;
}

/** Level 1 of the ladder: it happens in five seconds; until then one press takes it back. */
export function startCountdown(label: Countdown["label"], go: () => void, seconds = 5): void {
  stopCountdown();
  countdown.value = { label, left: seconds, go };
  timer = window.setInterval(() => {
    const current = countdown.value!;
    if (current.left > 1) {
      countdown.value = { ...current, left: current.left - 1 };
      return;
    }
    stopCountdown();
    current.go();
  }, 1000);
}
