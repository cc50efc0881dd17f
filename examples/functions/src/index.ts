export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const place = pathname.slice(1);
    const now = await fetch(`https://now.example/${place}`);
    const { degrees } = await now.json<{ degrees: number }>();
    const tomorrow = await env.FORECAST.fetch(`https://forecast.example/${place}`);
    const station = await env.STATIONS.fetch(`http://stations.example/${place}`);
    return new Response(`${degrees} degrees, ${await station.text()}, tomorrow ${await tomorrow.text()}`);
  },
} satisfies ExportedHandler<Env>;
