// Looking for a home by whatever the customer can say.
import { get, query, type Device, type DeviceList } from "../api";

export interface Hit {
  device: string;
  title: string;
  detail: string;
  online: boolean;
}

const HITS_MAX = 8;
const FIELDS = "id,serial,product_class,manufacturer,source_address,online,place";

export const hitOf = (device: Device): Hit => ({
  device: device.id,
  title: device.serial,
  detail: [device.product_class, device.place?.cto, device.place?.city, device.source_address].filter(Boolean).join(" · "),
  online: device.online,
});

export async function find(text: string, signal?: AbortSignal): Promise<Hit[]> {
  const serial = text.trim();
  if (serial === "") return [];
  const found = await get<DeviceList>("/devices" + query({ serial, limit: HITS_MAX, fields: FIELDS }), { signal });
  const hits = (found.data as Device[]).map(hitOf);
  const exact = (hit: Hit) => hit.title.toLowerCase() === serial.toLowerCase();
  return hits.sort((a, b) => Number(exact(b)) - Number(exact(a)));
}
