declare module "virtual:release" {
	export const version: string;
	export const notes: string[];
	export const readers: import("./lib/counter").Counter;
}

declare module "*.svg" {
	const icon: (options: { title: string }) => string;
	export default icon;
}
