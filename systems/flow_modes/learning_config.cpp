// SPDX-License-Identifier: Apache-2.0
#include "learning_config.hpp"

namespace sengen::flow_modes {

namespace {

void declare(OptionTable& table, SplitConfig& split) {
  table
      .add("hold_out", &split.hold_out,
           "snapshots that no method sees before it is judged: phases of a periodic flow, all of "
           "the last part, or none")
      .choices({"phases", "last", "none"});
  table.add("bins", &split.bins, "phase bins of a period (hold_out = \"phases\")").range(2, 1000);
  table.add("every", &split.every, "every so manyth bin is held out, in all periods")
      .range(2, 1000);
  table
      .add("train_fraction", &split.train_fraction,
           "part of the time, from its start, that teaches; the rest is for forecasts")
      .range(0.01, 1);
  table
      .add("validation", &split.validation,
           "part of the teaching snapshots, drawn by the seed, that only decides when to stop")
      .range(0, 0.9);
}

void declare(OptionTable& table, NetworkConfig& network) {
  table.add("modes", &network.modes, "nonlinear modes = latent variables").range(1, 64);
  table
      .add("encoder", &network.encoder,
           "channels of the encoder's blocks, each of which halves the image; empty: 16, 8 ..., 4 "
           "until 3 cells are left")
      .range(1, 4096);
  table
      .add("decoder", &network.decoder,
           "channels of a decoder's blocks but the last; empty: the encoder's mirrored")
      .range(1, 4096);
  table.add("activation", &network.activation, "of all layers but the last")
      .choices({"linear", "relu", "sigmoid", "tanh"});
  table.add("pooling", &network.pooling, "how the encoder halves its images")
      .choices({"max", "average", "stride"});
  table
      .add("scale", &network.scale,
           "fluctuations are divided by so many of their root mean squares, so that tanh starts "
           "unsaturated; 0: left as they are")
      .range(0, 1000);
  table
      .add("phase_penalty", &network.phase_penalty,
           "strength that holds pairs of latents at phase_offset; 0: free")
      .range(0, 1000);
  table
      .add(
          "phase_offset", &network.phase_offset,
          "angle between the first harmonics of two latents; sin(n offset) of the strong harmonics "
          "n should not be small")
      .unit("degrees")
      .range(0, 180);
}

void declare_optimiser(OptionTable& table, TrainConfig& train) {
  table.add("optimiser", &train.optimiser, "how gradients change weights").choices({"adam", "sgd"});
  table.add("rate", &train.rate, "learning rate").range(1e-12, 1e3);
  table.add("schedule", &train.schedule, "of the rate over the updates")
      .choices({"constant", "cosine"});
  table.add("final_rate", &train.final_rate, "rate at the last update (cosine)").range(0, 1e3);
  table.add("warmup", &train.warmup, "updates over which the rate rises from 0")
      .unit("updates")
      .range(0, 1e9);
  table.add("epsilon", &train.epsilon, "of Adam").range(1e-30, 1);
  table.add("momentum", &train.momentum, "of SGD").range(0, 0.9999);
  table.add("nesterov", &train.nesterov, "Nesterov's form of the momentum (SGD)");
  table.add("weight_decay", &train.weight_decay, "of the weights").range(0, 10);
  table.add("clip_norm", &train.clip_norm, "largest norm of the gradient; 0: no limit")
      .range(0, 1e12);
  table
      .add("average_decay", &train.average_decay,
           "of the weights' moving average, which is used in the end; 0: none")
      .range(0, 0.999999);
}

void declare(OptionTable& table, TrainConfig& train) {
  table
      .add("networks", &train.networks,
           "what to train: mdae (a decoder for every mode), mdae_plain (without phase penalty), "
           "mdae_linear (linear activations), ae (one joint decoder), ae_wide (twice the channels)")
      .choices({"mdae", "mdae_plain", "mdae_linear", "ae", "ae_wide"})
      .flag("--networks");
  table.add("seeds", &train.seeds, "runs of every network from different first weights")
      .range(1, 100)
      .flag("--seeds");
  table.add("updates", &train.updates, "changes of the weights").range(1, 1e9).flag("--updates");
  table.add("batch", &train.batch, "snapshots behind one update, over all ranks").range(1, 1e6);
  declare_optimiser(table, train);
  table.add("validate_every", &train.validate_every, "between validations")
      .unit("updates")
      .range(1, 1e9);
  table
      .add("patience", &train.patience,
           "stop after so many without a better validation and take the best weights; 0: never")
      .unit("updates")
      .range(0, 1e9);
  table.add("device", &train.device, "where to compute").choices({"auto", "cpu", "cuda"});
  table.add("precision", &train.precision, "of weights and fields").choices({"float", "double"});
  table
      .add("memory_megabytes", &train.memory_megabytes,
           "snapshots up to this size are kept in memory, larger ones are read batch by batch")
      .unit("MB")
      .range(0, 1e9);
  table.add("pictures", &train.pictures, "snapshots of which the report shows what networks make")
      .range(2, 200);
}

void declare(OptionTable& table, CheckpointConfig& checkpoints) {
  table.add("seconds", &checkpoints.seconds, "wall time between checkpoints of a training")
      .unit("s")
      .range(0.01, 1e6);
  table
      .add("updates", &checkpoints.updates,
           "between checkpoints, besides those by time; 0: by time alone")
      .unit("updates")
      .range(0, 1e9);
  table.add("keep", &checkpoints.keep, "checkpoints that are kept, besides the best")
      .range(1, 1000);
}

void declare(OptionTable& table, RomConfig& rom) {
  table.add("periods", &rom.periods, "length of the forecast, in periods of the flow")
      .range(0.1, 1e6);
  table.add("hidden", &rom.hidden, "units of the LSTM").range(1, 4096);
  table.add("layers", &rom.layers, "layers of the LSTM").range(1, 16);
  table
      .add("window", &rom.window,
           "snapshots that the LSTM sees before it runs freely, and the "
           "length of the sequences it learns from")
      .range(2, 100000);
  table.add("updates", &rom.updates, "of the LSTM's weights; 0: no LSTM").range(0, 1e9);
  table.add("batch", &rom.batch, "sequences behind one update").range(1, 1e6);
  table.add("rate", &rom.rate, "first learning rate; a cosine brings it to a hundredth")
      .range(1e-12, 1e3);
  table.add("clip_norm", &rom.clip_norm, "largest norm of the gradient; 0: no limit")
      .range(0, 1e12);
  table
      .add("delays", &rom.delays,
           "past that the linear model sees, in periods of the flow (at least one snapshot)")
      .range(0, 1000);
}

void declare(OptionTable& table, PredictConfig& predict) {
  table.add("model", &predict.model, "model.safetensors of a training").path().positional("MODEL");
  table.add("data", &predict.data, "snapshots on the model's grid").path().positional("DATA");
  table.add("steps", &predict.steps, "snapshots to forecast after the last one; 0: none")
      .range(0, 1e9)
      .flag("--steps");
  table.add("by", &predict.by, "what forecasts").choices({"lstm", "linear"}).flag("--by");
}

}  // namespace

void declare(Options& options, LearningConfig& config) {
  declare(options.table("split", "Which snapshots teach, and which judge"), config.split);
  declare(options.table("network", "The autoencoders"), config.network);
  declare(options.table("train", "How the autoencoders are trained"), config.train);
  declare(options.table("checkpoints", "What a training leaves behind to go on from"),
          config.checkpoints);
  declare(options.table("rom", "The forecast in the latents"), config.rom);
  declare(options.table("predict", "A trained model at work on other snapshots"), config.predict);
}

}  // namespace sengen::flow_modes
