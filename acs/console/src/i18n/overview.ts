// The words of the dashboard: fetched with the pages of administration.
import type { Shape } from "./index";
import { language } from "../state/language";
import { overviewPt } from "./overview.pt-BR";
import { overviewEn } from "./overview.en";

export type OverviewWords = Shape<typeof overviewPt>;

export const overview = (): OverviewWords => (language.value === "en" ? overviewEn : overviewPt);
