import { WorkerEntrypoint } from "cloudflare:workers";

type Size = "letter" | "parcel";

export class Carrier extends WorkerEntrypoint<{ POST_OFFICE: Fetcher }, { country: string }> {
  route(grams: number): string {
    const size: Size = grams <= 50 ? "letter" : "parcel";
    console.log(`a ${size} to ${this.ctx.props.country}`);
    return `${size} to ${this.ctx.props.country}`;
  }

  async opensAt(): Promise<string> {
    const hours = await this.env.POST_OFFICE.fetch("https://post.test/hours");
    return (await hours.text()).split(" ")[0];
  }
}
