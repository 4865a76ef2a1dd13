"""What a plan says and when it is fulfilled: values in, values out."""
