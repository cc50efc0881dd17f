//! `vi.mock` and its relatives are Vitest's own, with both Vitest versions.

use insta::assert_snapshot;

use crate::support::Project;

/// A Worker that uses a module of its own and a package.
fn project() -> Project {
    Project::worker()
        .file(
            "src/index.ts",
            "import { shout } from './voice';
             import say from 'tiny-say';
             export default { fetch: () => new Response(`${shout('hi')} ${say('you')}`) };
            ",
        )
        .file(
            "src/voice.ts",
            "export function shout(text: string) { return text.toUpperCase() + punctuation; }
             export const punctuation = '!';
             export const count = { calls: 0 };
             export class Voice { speak() { return shout('voice'); } }
            ",
        )
        .file("node_modules/tiny-say/package.json", r#"{ "name": "tiny-say", "version": "1.0.0", "main": "index.js" }"#)
        .file("node_modules/tiny-say/index.js", "module.exports = (name) => `real ${name}`;\n")
        .file("src/__mocks__/voice.ts", "export const shout = (text: string) => `folder ${text}`;\n")
        .file("__mocks__/tiny-say.ts", "export default (name: string) => `root mock ${name}`;\n")
        .file(
            "test/nothing-mocked.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { expect, it } from 'vitest';
             it('has the real ones', async () => {
               expect(await (await SELF.fetch('https://worker.test/')).text()).toBe('HI! real you');
             });
            ",
        )
        .file(
            "test/mocks-folder.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { expect, it, vi } from 'vitest';
             import say from 'tiny-say';
             import { shout } from '../src/voice';
             vi.mock('../src/voice');
             vi.mock('tiny-say');
             it('finds both in __mocks__', async () => {
               expect(shout('hi')).toBe('folder hi');
               expect(say('you')).toBe('root mock you');
               expect(await (await SELF.fetch('https://worker.test/')).text()).toBe('folder hi root mock you');
             });
             it('has the originals at hand', async () => {
               const voice = await vi.importActual<typeof import('../src/voice')>('../src/voice');
               expect(voice.shout('hi')).toBe('HI!');
               const { default: real } = await vi.importActual<{ default: typeof say }>('tiny-say');
               expect(real('you')).toBe('real you');
             });
            ",
        )
        .file(
            "test/factory.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { expect, it, vi } from 'vitest';
             const { answer } = vi.hoisted(() => ({ answer: vi.fn(() => 'factory') }));
             vi.mock(import('../src/voice'), async (importOriginal) => ({ ...(await importOriginal()), shout: answer }));
             vi.mock('tiny-say', () => ({ default: () => 'made up' }));
             it('uses the factories, in the Worker too', async () => {
               expect(await (await SELF.fetch('https://worker.test/')).text()).toBe('factory made up');
               expect(answer).toHaveBeenCalledExactlyOnceWith('hi');
               const { punctuation } = await import('../src/voice');
               expect(punctuation).toBe('!');
             });
            ",
        )
}

/// The same, with a second module of its own for the other ways to mock.
fn whole_project() -> Project {
    project()
        .file(
            "test/automock/automock.test.ts",
            "import { SELF } from 'cloudflare:test';
             import { expect, it, vi } from 'vitest';
             import * as quiet from '../../src/quiet';
             vi.mock('../../src/quiet');
             it('empties functions and classes, and keeps values', async () => {
               expect(vi.isMockFunction(quiet.whisper)).toBe(true);
               expect(quiet.whisper('x')).toBeUndefined();
               expect(quiet.level).toBe(3);
               expect(quiet.list).toEqual([]);
               vi.mocked(quiet.whisper).mockReturnValue('said');
               expect(quiet.whisper('x')).toBe('said');
               const voice = new quiet.Quiet();
               expect(voice).toBeInstanceOf(quiet.Quiet);
               expect(voice.speak()).toBeUndefined();
               expect(voice.speak).toHaveBeenCalledOnce();
             });
            ",
        )
        .file(
            "src/quiet.ts",
            "export function whisper(text: string) { return `(${text})`; }
             export const level = 3;
             export const list = [1, 2];
             export class Quiet { speak() { return whisper('quiet'); } }
             export let evaluated = { at: Symbol() };
            ",
        )
        .file(
            "test/spy.test.ts",
            "import { expect, it, vi } from 'vitest';
             import { Quiet, whisper } from '../src/quiet';
             vi.mock('../src/quiet', { spy: true });
             it('watches and leaves alone', () => {
               expect(whisper('x')).toBe('(x)');
               expect(new Quiet().speak()).toBe('(quiet)');
               expect(whisper).toHaveBeenCalledWith('x');
               expect(whisper).toHaveReturnedWith('(x)');
             });
            ",
        )
        .file(
            "test/reset-modules.test.ts",
            "import { expect, it, vi } from 'vitest';
             it('evaluates a module again after resetModules', async () => {
               const first = await import('../src/quiet');
               expect(await import('../src/quiet')).toBe(first);
               vi.resetModules();
               const second = await import('../src/quiet');
               expect(second).not.toBe(first);
               expect(second.evaluated.at).not.toBe(first.evaluated.at);
             });
             it('mocks what is imported later with doMock', async () => {
               vi.resetModules();
               vi.doMock('../src/quiet', () => ({ whisper: () => 'do mock' }));
               expect((await import('../src/quiet')).whisper('x')).toBe('do mock');
               vi.doUnmock('../src/quiet');
               vi.resetModules();
               expect((await import('../src/quiet')).whisper('x')).toBe('(x)');
             });
            ",
        )
}

#[test]
fn with_vitest_5() {
    let outcome = whole_project().run(&["test"]).expect(0);
    assert!(outcome.stdout.contains("vitest v5.1.1"), "{outcome}");
    assert_snapshot!(outcome.summary(), @"files: 6 passed (6); tests: 8 passed (8)");
}

#[test]
fn with_vitest_4() {
    let outcome = whole_project().with_vitest_4().run(&["test"]).expect(0);
    assert!(outcome.stdout.contains("vitest v4.1.12"), "{outcome}");
    assert_snapshot!(outcome.summary(), @"files: 6 passed (6); tests: 8 passed (8)");
}
