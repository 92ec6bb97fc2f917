// What was done to a home, as marks on its graphs.
import type { Home } from "../state/home";
import { hasEnded } from "../state/home";
import { nameOf } from "./Stages";
import type { Mark } from "./Chart";

export const marksOf = (home: Home): Mark[] =>
  home.actions.value
    .filter((action) => hasEnded(action) && !action.type.startsWith("diag.") && action.type !== "refresh")
    .map((action) => ({ at: action.ended_at!, name: nameOf(action) }));
