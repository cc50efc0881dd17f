/** Rooms that are free. */
const ROOMS: Record<string, string> = { Paris: "Paris 12", Lisbon: "Lisbon 3" };

/** Gives a free room. */
export async function findRoom(city: string): Promise<string> {
  const room = ROOMS[city];
  if (!room) throw new Error(`no room in ${city}`);
  return room;
}
