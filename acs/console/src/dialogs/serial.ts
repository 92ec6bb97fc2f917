// Whoever types the end of a serial number has looked at which device it is.
export const LAST = 4;

export const lastOf = (serial: string) => serial.slice(-LAST);
export const isLastOf = (typed: string, serial: string) => typed.toUpperCase() === lastOf(serial).toUpperCase();
