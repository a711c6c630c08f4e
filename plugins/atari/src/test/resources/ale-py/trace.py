"""Plays a ROM, which has to be called breakout.bin, by a fixed sequence of actions with ale-py (0.12.1).

A line per 100 frames: frame, rewards so far, lives, games that ended, CRC-32 of the gray and of the coloured screen.
"""

import sys
import zlib

from ale_py import ALEInterface, LoggerMode

ALEInterface.setLoggerMode(LoggerMode.Error)
ale = ALEInterface()
ale.setFloat("repeat_action_probability", 0.0)
ale.loadROM(sys.argv[1])
ale.reset_game()
actions = ale.getMinimalActionSet()
number, rewards, games = 1, 0, 0
for frame in range(1, 4001):
    number = (number * 1103515245 + 12345) & 0x7FFFFFFF
    if frame % 4 == 1:
        action = actions[(number >> 16) % len(actions)]
    rewards += ale.act(action)
    if ale.game_over():
        games += 1
        ale.reset_game()
    if frame % 100 == 0:
        gray = zlib.crc32(ale.getScreenGrayscale().tobytes())
        colours = zlib.crc32(ale.getScreenRGB().tobytes())
        print(f"{frame} {int(rewards)} {ale.lives()} {games} {gray:08x} {colours:08x}")
