// The words of the firmware library.
import type { Shape } from "./index";
import { language } from "../state/language";
import { firmwarePt } from "./firmware.pt-BR";
import { firmwareEn } from "./firmware.en";

export type FirmwareWords = Shape<typeof firmwarePt>;

export const library = (): FirmwareWords => (language.value === "en" ? firmwareEn : firmwarePt);
