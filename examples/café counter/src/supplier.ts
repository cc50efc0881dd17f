/** Orders beans from the roastery, which is not to be called from a test. */
export async function orderBeans(kilos: number): Promise<string> {
  const response = await fetch("https://roastery.invalid/orders", {
    method: "POST",
    body: JSON.stringify({ kilos }),
  });
  return response.text();
}
