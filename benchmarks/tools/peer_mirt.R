# Weighted 2PL in R mirt: Rscript peer_mirt.R FOLDER SECONDS, one line of JSON as in measuring.py.
suppressMessages(library(mirt))
arguments <- commandArgs(TRUE)
folder <- arguments[1]; budget <- as.numeric(arguments[2]); n_items <- 50
path <- function(name) file.path(folder, name)
weight <- readBin(path("weight.f8"), "double", file.size(path("weight.f8")) / 8)
raw <- readBin(path("answers.i1"), "integer", length(weight) * n_items, size = 1)
answers <- as.data.frame(matrix(raw, nrow = length(weight)))
seconds <- numeric(0)
while (length(seconds) == 0 || (sum(seconds) < budget && length(seconds) < 30)) {
  start <- proc.time()[["elapsed"]]
  found <- mirt(answers, 1, itemtype = "2PL", survey.weights = weight, verbose = FALSE)
  seconds <- c(seconds, proc.time()[["elapsed"]] - start)
}
status <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
peak <- as.numeric(gsub("[^0-9]", "", status)) / 1024
cat(sprintf('{"seconds": %.6f, "runs": %d, "peak_mb": %.1f, "answers": {"log_likelihood": %.10g}}\n',
            min(seconds), length(seconds), peak, logLik(found)))
