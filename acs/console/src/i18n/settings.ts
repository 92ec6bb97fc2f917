// The words of what is set for all homes: thresholds and texts.
import type { Shape } from "./index";
import { language } from "../state/language";
import { settingsPt } from "./settings.pt-BR";
import { settingsEn } from "./settings.en";

export type SettingsWords = Shape<typeof settingsPt>;

export const settings = (): SettingsWords => (language.value === "en" ? settingsEn : settingsPt);
