"""What it costs, who pays, whether it is worth it: streams of money by year, and what is asked of them."""
