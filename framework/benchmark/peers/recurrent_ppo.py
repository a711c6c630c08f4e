"""Speed of sb3-contrib's recurrent PPO on CartPole-v1 without velocities, beside `apprentice benchmark`.

usage: recurrent_ppo.py zoo|defaults [STEPS]

zoo is rl-baselines3-zoo's network and settings for CartPoleNoVel-v1 (two LSTMs of 64, a dense layer of 64 behind each);
defaults is contrib's own (two LSTMs of 256, dense layers of 64-64 behind each) with eight environments. Prints steps per
second of wall and of CPU time. One thread; set OMP_NUM_THREADS=1.
"""

import sys
import time

import gymnasium
import numpy
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize


class WithoutVelocities(gymnasium.ObservationWrapper):
    def __init__(self, environment):
        super().__init__(environment)
        space = environment.observation_space
        self.observation_space = gymnasium.spaces.Box(space.low[[0, 2]], space.high[[0, 2]], dtype=numpy.float32)

    def observation(self, observation):
        return observation[[0, 2]]


def zoo():
    environment = VecNormalize(
        make_vec_env("CartPole-v1", n_envs=8, seed=1, wrapper_class=WithoutVelocities), gamma=0.98
    )
    return RecurrentPPO(
        "MlpLstmPolicy",
        environment,
        n_steps=32,
        batch_size=256,
        gae_lambda=0.8,
        gamma=0.98,
        n_epochs=20,
        ent_coef=0.0,
        learning_rate=lambda left: left * 1e-3,
        clip_range=lambda left: left * 0.2,
        policy_kwargs=dict(
            ortho_init=False,
            activation_fn=torch.nn.ReLU,
            lstm_hidden_size=64,
            enable_critic_lstm=True,
            net_arch=dict(pi=[64], vf=[64]),
        ),
        seed=1,
        device="cpu",
    )


def defaults():
    environment = make_vec_env("CartPole-v1", n_envs=8, seed=1, wrapper_class=WithoutVelocities)
    return RecurrentPPO("MlpLstmPolicy", environment, seed=1, device="cpu")


def main():
    torch.set_num_threads(1)
    model = {"zoo": zoo, "defaults": defaults}[sys.argv[1]]()
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20480
    wall, cpu = time.perf_counter(), time.process_time()
    model.learn(steps)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    done = model.num_timesteps
    print(f"{sys.argv[1]}: {done} steps, {done / wall:.0f} steps/s, {done / cpu:.0f} per CPU second")


main()
