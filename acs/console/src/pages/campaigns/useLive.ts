// A campaign as it is: told by the stream that it is another, it is read anew; without a stream it is asked for every few seconds.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Campaign } from "../../api";
import { followCampaign, streamState } from "../../state/stream";
import { useLoad } from "../../parts/useLoad";
import { isOver } from "./model";

const POLL_MS = 2000;
const SLOW_MS = 8000;
const TOLD_MS = 15000; // what the stream does not tell of: what was written, and by whom it was approved

/** How often it is asked for: what moves by itself often, what others may move now and then, what is over never. */
function everyOf(campaign: Campaign | null, isTold: boolean): number | undefined {
  if (campaign === null || isOver(campaign)) return undefined;
  const moves = ["listing", "running"].includes(campaign.state) || campaign.in_flight > 0;
  return !moves ? SLOW_MS : isTold ? TOLD_MS : POLL_MS;
}

/** One question at a time: what is told meanwhile is asked for once it is answered. Nobody looks: later. */
function useOnce(again: () => Promise<unknown>): () => void {
  const state = useRef({ busy: false, more: false });
  const look = async () => {
    const now = state.current;
    now.more = now.busy || document.hidden;
    if (now.more) return;
    now.busy = true;
    await again();
    now.busy = false;
    if (now.more) void look();
  };
  useEffect(() => {
    const onShown = () => !document.hidden && state.current.more && void look();
    document.addEventListener("visibilitychange", onShown);
    return () => document.removeEventListener("visibilitychange", onShown);
  }, []);
  return () => void look();
}

export function useLive(id: string) {
  const every = useSignal<number | undefined>(undefined);
  const loaded = useLoad<Campaign>("/campaigns/" + encodeURIComponent(id), every.value);
  const { data, again } = loaded;
  const look = useOnce(again);
  const follows = data !== null && !isOver(data);
  const isTold = streamState.value === "live";
  useEffect(() => (follows ? followCampaign(id, look) : undefined), [id, follows]);
  useEffect(() => void (every.value = everyOf(data, isTold)), [data, isTold]);
  return loaded;
}
