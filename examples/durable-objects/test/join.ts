import { exports } from "cloudflare:workers";

/** Someone in a chat room. */
export interface Member {
  socket: WebSocket;
  /** What this member has heard so far. */
  heard: unknown[];
}

export async function join(room: string, name: string): Promise<Member> {
  const response = await exports.default.fetch(`https://chat.test/rooms/${room}?name=${name}`, {
    headers: { Upgrade: "websocket" },
  });
  const socket = response.webSocket;
  if (!socket) throw new Error(`${name} could not join: ${response.status}`);
  const heard: unknown[] = [];
  socket.addEventListener("message", ({ data }) => void heard.push(data === "pong" ? data : JSON.parse(data as string)));
  socket.accept();
  return { socket, heard };
}
